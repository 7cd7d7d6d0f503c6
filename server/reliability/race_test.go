//go:build race

package reliability

const withRace = true
