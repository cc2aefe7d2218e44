// Package model tests the rotation of tokens against a model of a few lines. Random sequences of what users, operators,
// impatient clients, thieves and clocks do are played to the use cases over a real storage and to the model, and after
// every step both must have answered the same. The model repeats the rules in words of its own: it calls no rule of the
// domain. Faults of a store and races have tests elsewhere.
package model
