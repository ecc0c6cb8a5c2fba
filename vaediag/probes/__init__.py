"""Measurements that need many decodes per image, on a seeded subset of the images."""
