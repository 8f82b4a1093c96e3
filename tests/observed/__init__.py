"""Whole searches in processes of their own that tell where they stand, with a fake trainer or not.

For tests of the command line, and for the program that throws faults at searches.
"""
