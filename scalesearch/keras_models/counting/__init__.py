"""What a Keras model costs, read off its layers: a rule for each kind of layer and operation."""
