"""The functions of a user that build Keras models, and what these models take and give."""
