"""ONE compiled step per chunk of images; every diagnostic reads the same shared quantities."""
