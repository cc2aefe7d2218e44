// Package plot draws lines over a logarithmic or an even axis as SVG text. It knows nothing of what the lines mean.
package plot
