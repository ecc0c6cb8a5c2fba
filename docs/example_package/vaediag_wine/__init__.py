"""A VAE of the wines that come with scikit-learn: 178 wines, 13 columns."""
