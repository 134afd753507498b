"""What people of the demo organisation report and ask for; titles in English and German."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that goes wrong or is wanted, and how it usually ends.

    `crew` is the team that can solve it; `impact` and `urgency` weigh the numbers 1 to 4;
    `minutes` is the usual work. `en` and `de` hold (titles, closing word).
    """

    key: str
    service: str
    category: str
    sub: str
    weight: float
    crew: str
    item: str
    code: str
    minutes: int
    en: tuple[tuple[str, ...], str]
    de: tuple[tuple[str, ...], str]
    impact: tuple[int, ...] = (0, 1, 4, 12)
    urgency: tuple[int, ...] = (1, 4, 9, 4)


WIDE = (2, 5, 5, 1)
PRESSING = (4, 6, 4, 1)

INCIDENTS = (
    Topic("password", "workplace", "Access", "Password", 9, "desk", "Directory", "solved", 8,
          (("Locked out after the holiday", "Password expired, cannot log in",
            "Account locked: too many attempts"), "We unlocked the account and you set a new one."),
          (("Konto gesperrt nach Urlaub", "Passwort abgelaufen, Anmeldung nicht möglich"),
           "Wir haben das Konto entsperrt, Sie haben ein neues Passwort gesetzt."),
          urgency=(2, 7, 6, 1)),
    Topic("printer", "workplace", "Printing", "Printer", 8, "desk", "Print server", "solved", 15,
          (("Printer in the warehouse prints blank pages", "Follow-me printing asks for a badge",
            "Label printer at gate 4 offline"), "The print queue was stuck; it prints again."),
          (("Etikettendrucker am Tor 4 offline", "Drucker im Lager druckt leere Seiten"),
           "Die Warteschlange hing; es wird wieder gedruckt.")),
    Topic("slow", "workplace", "Computer", "Performance", 7, "workplace", "Notebook", "solved", 45,
          (("Notebook needs ten minutes to start", "Computer freezes when a file is opened",
            "Fan runs all the time and everything is slow"),
           "A scan ran in the daytime; it runs at night now."),
          (("Notebook braucht zehn Minuten zum Starten", "Rechner friert beim Öffnen ein"),
           "Ein Scan lief tagsüber; er läuft jetzt nachts.")),
    Topic("vpn", "workplace", "Remote access", "VPN", 7, "workplace", "VPN gateway", "solved", 40,
          (("VPN drops every few minutes", "No connection from the home office",
            "VPN asks for the second factor again and again"),
           "The client was updated; the connection stays."),
          (("VPN bricht alle paar Minuten ab", "Keine Verbindung aus dem Homeoffice"),
           "Der Client wurde aktualisiert; die Verbindung bleibt stehen."),
          urgency=(2, 7, 6, 1)),
    Topic("screen", "workplace", "Computer", "Hardware", 5, "workplace", "Docking station",
          "replaced", 30,
          (("Second screen stays dark", "Docking station does not charge",
            "Keyboard types double letters"), "We replaced the part; yours is in order again."),
          (("Zweiter Bildschirm bleibt dunkel", "Dockingstation lädt nicht"),
           "Wir haben das Teil getauscht.")),
    Topic("share", "workplace", "Files", "Shared drive", 5, "workplace", "File server", "solved",
          35, (("Shared drive is not there", "No rights on the project folder any more",
                "File is locked by somebody who left"), "The rights are set as before."),
          (("Laufwerk P: fehlt", "Keine Rechte mehr auf den Projektordner"),
           "Die Rechte sind wieder gesetzt.")),
    Topic("software", "workplace", "Software", "Office", 5, "desk", "Office suite", "solved", 20,
          (("Spreadsheet crashes when a macro runs", "Licence not found in the drawing programme",
            "Update asks for an administrator"), "The installation was repaired."),
          (("Tabelle stürzt mit Makro ab", "Lizenz im Zeichenprogramm nicht gefunden"),
           "Die Installation wurde repariert.")),
    Topic("wifi", "workplace", "Network", "Wireless", 3, "platform", "Access points", "solved", 60,
          (("Wireless gone in the meeting rooms", "Scanners lose the network in hall 2",
            "Whole office without network"), "An access point was replaced; coverage is measured."),
          (("WLAN in den Besprechungsräumen weg", "Scanner verlieren in Halle 2 das Netz"),
           "Ein Zugangspunkt wurde getauscht und die Abdeckung gemessen."), WIDE, PRESSING),
    Topic("delivery", "mail", "Mail delivery", "Delay", 6, "platform", "Mail gateway", "solved", 40,
          (("Mails arrive an hour late", "Customer says our mails bounce",
            "Large attachment does not arrive"), "A filter rule held them back; it was corrected."),
          (("Mails kommen eine Stunde zu spät", "Unsere Mails kommen beim Kunden nicht an"),
           "Eine Filterregel hielt sie zurück; sie ist berichtigt."), (1, 3, 6, 6)),
    Topic("spam", "mail", "Mail delivery", "Spam", 4, "desk", "Mail filter", "solved", 10,
          (("Wave of phishing mails", "Newsletter ends in the junk folder",
            "Mail from our bank is in quarantine"), "Released, and the sender is known now."),
          (("Phishing-Welle im Postfach", "Mail unserer Bank in Quarantäne"),
           "Freigegeben; der Absender ist jetzt bekannt.")),
    Topic("calendar", "mail", "Calendar", "Sharing", 6, "workplace", "Calendar", "solved", 40,
          (("Meetings appear twice in the calendar", "Room cannot be booked",
            "Shared calendar shows no details"), "The calendar was built anew from the server."),
          (("Termine erscheinen doppelt im Kalender", "Raum lässt sich nicht buchen"),
           "Der Kalender wurde neu vom Server aufgebaut.")),
    Topic("mobile", "mail", "Mobile mail", "Phone", 4, "desk", "Device management", "solved", 15,
          (("No mail on the phone since yesterday", "Phone asks for the mail password",
            "Contacts are gone on the new phone"), "The device is enrolled again."),
          (("Seit gestern keine Mail auf dem Handy", "Handy fragt nach dem Mail-Passwort"),
           "Das Gerät ist wieder angemeldet.")),
    Topic("mailbox", "mail", "Mailbox", "Quota", 3, "desk", "Mailbox server", "solved", 10,
          (("Mailbox is full", "Archive cannot be opened", "Out-of-office cannot be set"),
           "The archive took over the old mails."),
          (("Postfach ist voll", "Abwesenheit lässt sich nicht einstellen"),
           "Das Archiv hat die alten Mails übernommen.")),
    Topic("interface", "erp", "Interface", "Orders", 9, "apps", "Order interface", "solved", 90,
          (("Orders of the web shop do not reach the ERP", "Delivery notes missing since 6 o'clock",
            "Carrier rejects our shipment messages", "Bank statements were not imported"),
           "The message was mapped anew and the backlog was sent."),
          (("Bestellungen aus dem Shop kommen nicht im ERP an", "Lieferscheine fehlen seit 6 Uhr",
            "Kontoauszüge wurden nicht eingelesen"),
           "Die Nachricht wurde neu zugeordnet und der Rückstand nachgesendet."),
          (1, 4, 8, 2), (1, 5, 7, 2)),
    Topic("queue", "erp", "Interface", "Queue", 5, "platform", "Message queue", "solved", 60,
          (("Message queue grows, nothing leaves", "Gateway answers slowly",
            "Node 2 of the gateway is out of memory"), "The node was restarted and given memory."),
          (("Warteschlange wächst, nichts geht hinaus", "Gateway antwortet langsam"),
           "Der Knoten wurde neu gestartet und hat mehr Speicher."), (1, 4, 8, 2), (1, 5, 7, 2)),
    Topic("certificate", "erp", "Certificates", "Expiry", 2, "platform", "Gateway", "solved", 50,
          (("Partner refuses our certificate", "Certificate of the bank link expires"),
           "The certificate was renewed at both ends."),
          (("Partner lehnt unser Zertifikat ab", "Zertifikat der Bankverbindung läuft ab"),
           "Das Zertifikat wurde auf beiden Seiten erneuert."), WIDE, PRESSING),
    Topic("prices", "erp", "Master data", "Prices", 4, "apps", "Price service", "solved", 80,
          (("Wrong prices on partner orders", "Article numbers are not translated",
            "Tax code missing on export invoices"), "The table was corrected and sent again."),
          (("Falsche Preise in Partnerbestellungen", "Steuerkennzeichen fehlt bei Export"),
           "Die Tabelle wurde berichtigt und neu gesendet.")),
)  # fmt: skip

REQUESTS = (
    Topic("joiner", "workplace", "New colleague", "Joiner", 6, "desk", "", "done", 40,
          (("Equipment for a new colleague in sales", "New trainee starts on Monday"),
           "Notebook and account are ready at the reception."),
          (("Ausstattung für neuen Kollegen im Vertrieb", "Neue Auszubildende beginnt am Montag"),
           "Notebook und Konto liegen am Empfang bereit.")),
    Topic("leaver", "workplace", "New colleague", "Leaver", 3, "desk", "", "done", 20,
          (("Colleague leaves at the end of the month",), "Access has ended, the device is back."),
          (("Kollege verlässt uns zum Monatsende",), "Zugänge beendet, Gerät zurück.")),
    Topic("laptop", "workplace", "Equipment", "Notebook", 5, "workplace", "", "done", 60,
          (("New notebook for a field worker", "Second docking station for the home office"),
           "It was handed over and set up with you."),
          (("Neues Notebook für den Außendienst", "Zweite Dockingstation fürs Homeoffice"),
           "Übergeben und gemeinsam eingerichtet.")),
    Topic("licence", "workplace", "Software", "Licence", 6, "workplace", "", "done", 25,
          (("Licence for the drawing programme", "PDF editor for the purchasing team"),
           "The licence is assigned; start the programme once more."),
          (("Lizenz für das Zeichenprogramm", "PDF-Editor für den Einkauf"),
           "Die Lizenz ist zugewiesen; bitte das Programm neu starten.")),
    Topic("folder", "workplace", "Access", "Folder", 7, "desk", "", "done", 15,
          (("Access to the quality folder", "Read rights for the auditor's visit"),
           "You have the rights from now on."),
          (("Zugriff auf den Ordner Qualität", "Leserechte für den Prüferbesuch"),
           "Sie haben die Rechte ab sofort.")),
    Topic("group", "mail", "Mailbox", "Shared mailbox", 5, "desk", "", "done", 20,
          (("Shared mailbox for the spring campaign", "Distribution list for the works council"),
           "It is set up, the members have been told."),
          (("Gruppenpostfach für die Frühjahrsaktion", "Verteiler für den Betriebsrat"),
           "Eingerichtet, die Mitglieder wissen Bescheid.")),
    Topic("room", "mail", "Calendar", "Room", 2, "platform", "", "done", 20,
          (("Make the new meeting room bookable",), "The room can be booked from today."),
          (("Neuen Besprechungsraum buchbar machen",), "Der Raum ist ab heute buchbar.")),
    Topic("partner", "erp", "Connection", "New partner", 4, "apps", "", "done", 240,
          (("Connect a new carrier", "New bank for payment files", "Add a warehouse in Poland"),
           "Connected and tested with the partner."),
          (("Neuen Spediteur anbinden", "Neue Bank für Zahlungsdateien"),
           "Angebunden und mit dem Partner getestet.")),
    Topic("report", "erp", "Report", "Evaluation", 3, "apps", "", "done", 120,
          (("Monthly list of rejected messages", "Report of delivery times per carrier"),
           "You get it on the first of each month."),
          (("Monatliche Liste abgewiesener Nachrichten",), "Sie erhalten sie am Monatsersten.")),
)  # fmt: skip
