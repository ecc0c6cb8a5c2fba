"""What belongs beside a training loop: is its loss the one that the model stands for?"""
