"""What is done for customers beyond an answer: promises, and whether they are kept."""
