"""What comes in from outside, on a port of its own: links, text messages, delivery receipts.

Whoever sends is checked before anything is read; what is kept goes to Kafka before the answer.
"""
