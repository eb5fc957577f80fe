"""Messages that arrive and leave, through Pub/Sub or, on a laptop, without it."""
