"""Numbers to findings. Pure: points in, findings out; no network, no clock, no words for people."""
