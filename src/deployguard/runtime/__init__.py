"""Building environments and starting what runs in them: what smoke and the emulator share."""
