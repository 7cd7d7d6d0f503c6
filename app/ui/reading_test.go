package ui

import "testing"

func TestReading(t *testing.T) {
	come := func(r reading, from, to int64, unseen bool) reading {
		for seq := from; seq <= to; seq++ {
			r = r.came(seq, false, unseen)
		}
		return r
	}
	for name, c := range map[string]struct {
		got        reading
		line, kept int64
		ahead      int64
		toLine     bool
	}{
		"a first visit":                       {begun(-1, 80), 0, 80, 0, false},
		"nothing new since the last":          {begun(80, 80), 0, 80, 0, false},
		"another room than the last":          {begun(90, 80), 0, 80, 0, false},
		"some since the last":                 {begun(60, 80), 61, 60, 20, true},
		"at the end all is seen":              {come(begun(-1, 80), 81, 85, false), 0, 85, 0, false},
		"elsewhere it is counted":             {come(begun(-1, 80), 81, 85, true), 81, 80, 5, true},
		"the end alone does not show it":      {come(begun(-1, 80), 81, 185, true).sees(170, 185, true), 81, 80, 105, true},
		"and what comes there is not counted": {come(begun(60, 80).sees(70, 80, true), 81, 85, false), 61, 60, 20, true},
		"nor does it show what is before it":  {come(begun(80, 180), 181, 181, false).sees(75, 90, false), 81, 80, 90, false},
		"the line is met":                     {come(begun(-1, 80), 81, 185, true).sees(75, 90, false), 81, 80, 95, false},
		"and read on from":                    {come(begun(-1, 80), 81, 185, true).sees(75, 90, false).sees(86, 101, false), 81, 80, 84, false},
		"and up again":                        {come(begun(-1, 80), 81, 185, true).sees(75, 90, false).sees(86, 101, false).sees(10, 25, false), 81, 80, 84, false},
		"and read to the end":                 {come(begun(-1, 80), 81, 185, true).sees(75, 90, false).sees(170, 185, true), 81, 185, 0, false},
		"at once, if all is in sight":         {come(begun(-1, 80), 81, 85, true).sees(70, 85, true), 81, 85, 0, false},
		"it moves to the next unseen":         {come(come(begun(-1, 80), 81, 85, true).sees(70, 85, true), 86, 87, true), 86, 85, 2, true},
		"not while there is more of it":       {come(come(begun(-1, 80), 81, 85, true).sees(70, 83, false), 86, 87, true), 81, 80, 4, false},
		"one's own does not count":            {begun(-1, 80).came(81, true, true), 0, 80, 0, false},
		"who writes has gone on":              {come(begun(-1, 80), 81, 85, true).over(86), 0, 86, 0, false},
		"too much was missed":                 {begun(-1, 80).missed(5000), 81, 80, 4920, true},
		"after some unseen":                   {come(begun(-1, 80), 81, 85, true).missed(5000), 81, 80, 4920, true},
		"the room is shorter than it was":     {begun(-1, 80).missed(30), 0, 30, 0, false},
	} {
		n, line := c.got.ahead()
		if c.got.first != c.line || c.got.kept() != c.kept || n != c.ahead || line != c.toLine {
			t.Errorf("%s: line %d, kept %d, ahead %d, to the line %t; want %d, %d, %d, %t", name, c.got.first, c.got.kept(), n, line, c.line, c.kept, c.ahead, c.toLine)
		}
	}
}
