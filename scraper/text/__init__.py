"""Words, folding, languages and character sets: what several stages know of text."""
