//go:build !linux

package main

// slacken is there for Linux alone.
func slacken() {}
