"""From a commit to serving traffic: plan, preflight, steps, rollback."""
