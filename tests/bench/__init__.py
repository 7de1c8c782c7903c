"""The measurements of docs/performance.md, each beside its yardstick in the same run: `./run bench`."""
