"""The `prior` conditioning: the marginal predictive law of each pixel, from draws of z ~ p(z) shared by all images."""
