"""What stands between the network and the pages: who may ask, how much, what leaves with an answer, and who cleans up."""
