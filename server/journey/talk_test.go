package journey

import (
	"fmt"
	"strings"
	"time"

	"cyberchat/app/chat"
)

var (
	ada   = chat.Person{ID: "ada", Name: "Ada"}
	ben   = chat.Person{ID: "ben", Name: "Ben"}
	chloe = chat.Person{ID: "chloe", Name: "Chloé Durand"}
	layla = chat.Person{ID: "layla", Name: "ليلى"}
	long  = chat.Person{ID: "long", Name: "Bartholomew Featherstonehaugh IV"}
)

// conversation gives sayings their places, in the order in which they are
// written.
func conversation(said ...chat.Message) []chat.Message {
	for i := range said {
		said[i] = saying(i+1, said[i].Author, noon.Sub(said[i].Time), said[i].Text)
	}
	return said
}

func by(who chat.Person, ago time.Duration, text string) chat.Message {
	return saying(0, who, ago, text)
}

const day = 24 * time.Hour

// talk is a conversation as people have it.
var talk = conversation(
	by(ben, day+3*time.Hour, "Did the new switch arrive?"),
	by(chloe, day+3*time.Hour-time.Minute, "Yes, this morning. It is in the rack already, second from the top."),
	by(chloe, day+3*time.Hour-2*time.Minute, "The old one is on your desk."),
	by(ada, day+2*time.Hour, "Thank you! I will move the last two servers over tonight, when nobody is in the building. That takes the chat away for a minute or so, and it comes back by itself."),
	by(ben, day+2*time.Hour-time.Minute, "Fine with me."),
	by(ada, 50*time.Minute, "Good morning. It went well: eleven minutes, and nothing was lost."),
	by(chloe, 48*time.Minute, "🎉"),
	by(ben, 47*time.Minute, "Very nice. Lunch at noon?"),
	by(ben, 46*time.Minute, "There is a new place on the corner, they have dumplings."),
	by(ada, 12*time.Minute, "Dumplings it is."),
	by(chloe, 9*time.Minute, "I am in."),
)

var joined = chat.Presence{Room: chat.Lobby, Number: 1, After: int64(len(talk)), Time: noon.Add(-4 * time.Minute), Online: 4,
	Joined: chat.Crowd{Count: 1, People: []chat.Person{layla}}}

// kinds are messages that are hard to draw.
var kinds = conversation(
	by(long, 3*time.Hour, "My name is as long as names may be, and I write a little more than fits into one line of a telephone."),
	by(layla, 2*time.Hour, "صباح الخير! هل الخادم يعمل اليوم؟ العنوان هو http://localhost:3000 كما كان."),
	by(layla, 2*time.Hour-time.Minute, "שלום, and a line that begins in Hebrew and goes on in English."),
	by(ben, 90*time.Minute, "func main() {\n\tfor i := range 3 {\n\t\tfmt.Println(\"line\", i)\n\t}\n}"),
	by(ben, 89*time.Minute, "https://example.com/"+strings.Repeat("a-very-long-path-without-a-space/", 5)+"?q="+strings.Repeat("x", 60)),
	by(chloe, 80*time.Minute, "👩‍👩‍👧‍👦 🧑🏽‍🚀"),
	by(chloe, 79*time.Minute, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"),
	by(ada, 60*time.Minute, "日本語のテキストも、もちろん、折り返されなければなりません。空白がなくても、行は画面の端で折り返されます。"),
	by(ada, 59*time.Minute, "z̸̡͙̗a̵͔͝l̷̘̓g̸̬̈o̶̢͠ 𝒶𝓃𝒹 ﷽"),
	by(ben, 30*time.Minute, "A paragraph, so that there is something to read. "+strings.Repeat("It goes on for a while, as people do when they explain something that matters to them. ", 5)+"\n\nAnd a second one."),
	by(chloe, 5*time.Minute, "Ok."),
)

// many is a conversation of n messages.
func many(n int) []chat.Message {
	said := make([]chat.Message, n)
	for i := range said {
		who := []chat.Person{ben, chloe, ada}[i/3%3]
		said[i] = by(who, time.Duration(n-i)*2*time.Minute, fmt.Sprintf("This is message %d of many.%s", i+1, strings.Repeat(" It says a little more.", i%4)))
	}
	return conversation(said...)
}
