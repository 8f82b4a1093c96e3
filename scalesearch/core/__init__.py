"""Scaling maths and exact costs. Standard library only."""
