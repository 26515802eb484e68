"""The kiosk in a browser of the same machine, `clerk kiosk --web`; no other package imports aiohttp."""
