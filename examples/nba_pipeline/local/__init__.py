"""For trying the pipeline on a laptop; nothing here is deployed."""
