"""What serves, held against what is written; and the gate that asks before data is touched."""
