"""Tests on the real Pulumi engine, against the emulator."""
