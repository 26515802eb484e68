"""Decoder for QR codes and Code 128 in grey pictures. It is independent of `scanners.camera`."""
