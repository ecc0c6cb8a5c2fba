"""One module per figure: a title that states what it shows, a drawing function, how to read it."""
