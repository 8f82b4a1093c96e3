"""Compound scaling for ConvNets: search the balance of depth, width and resolution, then scale."""

__version__ = "0.1.0"
