package main

import (
	"bytes"
	"encoding/json"
	"os"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/report"
)

// A place is where a door is: the same door at two times.
type doorPlace struct {
	netns, proto, address string
	port                  uint16
}

// compareDoors says what is different between two lists. port: only this one was
// asked for now; zero: all.
func compareDoors(before, after *report.Listen, port uint16) report.DoorChanges {
	c := report.DoorChanges{Since: before.Time, New: []portlore.Door{}, Changed: []portlore.Door{}, Gone: []portlore.Door{}}
	then, now := byPlace(before.Doors), byPlace(after.Doors)
	for i := range after.Doors {
		d := &after.Doors[i]
		switch old, known := then[placeOf(d)]; {
		case now[placeOf(d)] != d: // another process at the same place, or one that comes and goes
		case !known:
			c.New = append(c.New, *d)
		case isOther(old, d):
			c.Changed = append(c.Changed, *d)
		}
	}
	for i := range before.Doors {
		d := &before.Doors[i]
		if _, known := now[placeOf(d)]; !known && then[placeOf(d)] == d && (port == 0 || d.Port == port) {
			c.Gone = append(c.Gone, *d)
		}
	}
	return c
}

func placeOf(d *portlore.Door) doorPlace { return doorPlace{d.Netns, d.Proto, d.Address, d.Port} }

// byPlace is the first door of each place, without the sockets of clients, which
// come and go with every question to a name server.
func byPlace(doors []portlore.Door) map[doorPlace]*portlore.Door {
	const firstEphemeral = 32768 // of Linux
	all := make(map[doorPlace]*portlore.Door, len(doors))
	for i := range doors {
		d := &doors[i]
		if d.Proto == "udp" && d.Port >= firstEphemeral && d.Word <= portlore.Fine {
			continue
		}
		if at := placeOf(d); all[at] == nil {
			all[at] = d
		}
	}
	return all
}

// isOther says that a door is not what it was: in other hands, open to others, or
// with another word. Who holds it may be hidden from one of the two who looked.
func isOther(old, d *portlore.Door) bool {
	hands := old.Process.Name != d.Process.Name && old.Process.Name != "" && d.Process.Name != ""
	return hands || old.Reach != d.Reach || old.Word != d.Word
}

// readDoors reads a list that --save or --json wrote.
func readDoors(name string) (*report.Listen, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var l report.Listen
	if err := json.Unmarshal(data, &l); err != nil || l.Schema != report.ListenSchema {
		return nil, told{portlore.Text{EN: "not a list of doors: make one with portlore listen --save FILE", ZH: "不是端口清单，请用 portlore listen --save 文件 生成"}}
	}
	return &l, nil
}

// saveDoors keeps a list in a file that is there whole, or as it was before.
func saveDoors(name string, l *report.Listen) error {
	if name == "" {
		return nil
	}
	kept := *l
	kept.Changes = report.DoorChanges{} // of an earlier list
	var document bytes.Buffer
	if err := kept.JSON(&document); err != nil {
		return err
	}
	return writeWhole(name, document.Bytes())
}
