"""The one door in: contract, repair, dates, passages, and the dataset that comes of them."""
