//go:build !race

package reliability

const withRace = false
