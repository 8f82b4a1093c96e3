"""YAML files to frozen values and back."""
