// Package day says when the clients of a hospital log in, refresh and log out in the course of a day. It sends nothing and
// does not know how fast the day passes: its times are those of the day, counted from midnight.
package day
