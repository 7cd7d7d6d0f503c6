// From go-app v9 (MIT License, Copyright (c) 2016 Maxence Charriere), with less
// in it: see lean.go.

package app
