"""Phase 3: from box scores to summaries and contexts."""
