"""The law of one pixel: views, probability integral transforms and scores, for any scalar family of TFP.

Every question has three answers, tried in this order: the family's closed form; a numeric one (sums over a finite
support, inversion of the CDF); Monte Carlo with a stated number of draws. Laws have batch `[n, *event_shape]` and
scalar events; tensors are float32.
"""
