"""What people write on records, by language and occasion; every entry is said by somebody."""

from __future__ import annotations

ACKNOWLEDGED = {
    "en": (
        "Thank you, we have it. I am looking at it now and will write again today.",
        "Good morning, I have taken this over. Please keep the device switched on.",
        "We see it too. I am checking what changed and will come back to you.",
    ),
    "de": (
        "Danke, wir haben es. Ich sehe es mir jetzt an und melde mich heute wieder.",
        "Guten Tag, ich habe das übernommen. Bitte lassen Sie das Gerät eingeschaltet.",
        "Wir sehen es auch. Ich prüfe, was sich geändert hat, und melde mich.",
    ),
}
NEWS = {
    "en": (
        "A word in between: the cause is known, we are testing the repair. Next word tomorrow.",
        "The manufacturer has answered; we will try their advice this afternoon.",
        "It is with our specialists now. They expect to be through by tomorrow noon.",
        "We could repeat it here. I will tell you as soon as it holds.",
    ),
    "de": (
        "Kurzer Zwischenstand: Die Ursache ist bekannt, wir testen die Lösung. Morgen mehr.",
        "Der Hersteller hat geantwortet; wir probieren seinen Rat heute Nachmittag.",
        "Es liegt jetzt bei unseren Spezialisten. Sie rechnen bis morgen Mittag damit.",
        "Wir konnten es nachstellen. Ich melde mich, sobald es hält.",
    ),
}
ASKED = {
    "en": (
        "Since when is it so, and does it happen to your colleagues too?",
        "Could you send me the exact message, or a picture of it?",
        "When would it suit you that I connect to your computer for ten minutes?",
    ),
    "de": (
        "Seit wann ist das so, und tritt es auch bei Kollegen auf?",
        "Können Sie mir die genaue Meldung oder ein Bild davon schicken?",
        "Wann passt es Ihnen, dass ich mich für zehn Minuten aufschalte?",
    ),
}
ANSWERED = {
    "en": (
        "Since Monday, and yes, the colleague beside me has it too.",
        "The picture is below. It happens each time I save.",
        "Tomorrow after ten would be good.",
    ),
    "de": (
        "Seit Montag, und ja, die Kollegin neben mir hat es auch.",
        "Das Bild hängt an. Es passiert bei jedem Speichern.",
        "Morgen nach zehn wäre gut.",
    ),
}
CHASED = {
    "en": ("Is there any news?", "I have not heard anything. When can I work again?"),
    "de": ("Gibt es etwas Neues?", "Ich habe nichts gehört. Wann kann ich wieder arbeiten?"),
}
AGAIN = {
    "en": ("It is back since this morning.", "Sorry, the same thing again."),
    "de": ("Seit heute früh ist es wieder da.", "Leider wieder dasselbe."),
}
DECLINED = {
    "en": ("Not this year, please use the pool device.", "We have free licences; take one."),
    "de": ("Dieses Jahr nicht, bitte das Poolgerät nutzen.", "Wir haben freie Lizenzen."),
}
NOTES = (
    "Log shows a timeout at the second hop; compared with the neighbour, which is fine.",
    "Same pattern as last month. Restart helps for a day.",
    "Checked rights and group membership: as they should be.",
    "Reproduced on a test device with the same version.",
    "Vendor case opened, they ask for a trace.",
)
PASSED = (
    "needs rights we do not have",
    "belongs to the next line",
    "cause lies in their system",
    "same as the one they solved last week",
)
RETURNED = ("not ours, the queue is fine", "mapping is fine, look at the node", "no fault here")
HELD = (
    ("supplier", "The manufacturer sends a part", "the part"),
    ("supplier", "The provider measures the line", "the report of the provider"),
    ("internal", "Waits for the maintenance window on Thursday", "the window"),
)
ABOUT = {
    "en": (
        "It worked yesterday. I have restarted already.",
        "Several of us are affected, nobody changed anything that we know of.",
        "It happens about every second time.",
        "I need this for a customer today.",
    ),
    "de": (
        "Gestern ging es noch. Neu gestartet habe ich schon.",
        "Mehrere von uns sind betroffen, wissentlich hat niemand etwas geändert.",
        "Es passiert etwa jedes zweite Mal.",
        "Ich brauche das heute für einen Kunden.",
    ),
}
UNHAPPY = {
    "en": (
        "Nobody told me anything for days.",
        "It was called solved and was back the next morning.",
        "I had to ask three times.",
        "Too slow, my work stood still.",
    ),
    "de": (
        "Tagelang hat mir niemand etwas gesagt.",
        "Es hieß gelöst und war am nächsten Morgen wieder da.",
        "Ich musste dreimal nachfragen.",
        "Zu langsam, meine Arbeit stand still.",
    ),
}
HAPPY = {
    "en": ("Quick and friendly, thank you.", "I always knew what was going on.", "All good."),
    "de": ("Schnell und freundlich, danke.", "Ich wusste immer, woran ich bin.", "Alles gut."),
}
