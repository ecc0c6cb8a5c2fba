"""A trained VAE as a folder: plain data and plain weights, safe to load from a stranger.

vae.json         heads, shapes, preprocessing, identity of the training images, training record, card, file hashes
encoder.keras    network x -> parameters of q(z | x)
decoder.keras    network z -> parameters of p(x | z)
heads.npz        arrays of the prior, if it has any
"""
