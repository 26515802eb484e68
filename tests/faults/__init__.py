"""What a program or server that is killed leaves behind."""
