"""Decoder for QR codes and Code 128 in grey pictures. Uses nothing of the camera."""
