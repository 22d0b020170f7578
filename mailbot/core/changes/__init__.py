"""What changes duties and rules: official letters, edits of the rules, what people confirmed."""
