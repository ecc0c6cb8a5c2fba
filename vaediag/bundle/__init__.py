"""A trained VAE as a folder: plain data and plain weights, safe to load from a stranger.

And the files that strangers save, read without Keras: `facts` says what is in one, `parts` takes out a network.

vae.json         heads, shapes, preprocessing, identity of the training images, training record, card, file hashes
encoder.keras    network x -> parameters of q(z | x)
decoder.keras    network z -> parameters of p(x | z)
heads.npz        arrays of the prior, if it has any

A network that is a SavedModel, a program, stands in `encoder.savedmodel.zip` or `decoder.savedmodel.zip` instead, and
is opened only on a person's word.
"""
