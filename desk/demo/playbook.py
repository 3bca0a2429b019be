"""What sellers do and write, in the order in which a sale goes. ``{first}`` and ``{company}`` are filled in."""

# kind, subject, description
STEPS = {
    "open": [
        ("note", "Found through the trade fair list", "{company} looks for a new supplier this year."),
        ("call", "First call with {first}", "Introduced ourselves. {first} is open to a closer look."),
        ("email", "Sent our overview to {first}", "Two pages and the price list, as asked on the phone."),
        ("meeting", "Needs workshop at {company}", "Went through how they work today and what it costs them."),
        ("call", "Budget and timing with {first}", "Money is set aside; they want to start within the quarter."),
        ("email", "Answers to {first}'s questions", "Delivery times, warranty and who looks after them."),
        ("meeting", "Demo for {company}", "Four people came. Liked the short set-up, asked about training."),
        ("email", "Proposal sent to {first}", "Valid for 30 days. Options listed separately."),
        ("call", "Proposal walked through with {first}", "Fits in general; they want a different payment plan."),
        ("note", "Another offer is on the table", "Cheaper by a few percent, but without service on site."),
        ("meeting", "Terms with {company}", "Agreed on scope. Price is left to settle."),
        ("email", "Revised quote to {first}", "Three instalments and a later start, as discussed."),
    ],
    "won": [
        ("call", "First call with {first}", "Knew us from a neighbour and asked for an offer right away."),
        ("meeting", "Needs workshop at {company}", "Clear picture of what they need and by when."),
        ("email", "Proposal sent to {first}", "With the two options they asked for."),
        ("call", "Last questions with {first}", "Start date and contact person settled."),
        ("email", "Order confirmed to {first}", "Signed copy filed. Thanked them for the trust."),
    ],
    "lost": [
        ("call", "First call with {first}", "Interested, though not in a hurry."),
        ("email", "Sent our overview to {first}", "With two references of their size."),
        ("meeting", "Demo for {company}", "Good questions, but no budget holder in the room."),
        ("email", "Proposal sent to {first}", "Followed up twice after that."),
        ("call", "{first} decided otherwise", "They stay with what they have. Ask again next year."),
    ],
}
TO_DO = {
    "lead": [
        ("call", "Call {first} about what they need", "Ask who else decides at {company}."),
        ("email", "Send {first} our overview", "With a reference from their trade."),
    ],
    "qualified": [
        ("meeting", "Demo for {company}", "Bring the sample and the short contract."),
        ("call", "Ask {first} about budget and timing", "And whether the second site is part of it."),
    ],
    "proposal": [
        ("call", "Follow up on the proposal with {first}", "They wanted to read it by now."),
        ("email", "Send {first} the revised proposal", "With the payment plan they asked for."),
    ],
    "negotiation": [
        ("meeting", "Contract review with {company}", "Warranty and notice period are still open."),
        ("call", "Settle the price with {first}", "Room for three percent, not more."),
    ],
}
CONTACT = [
    ("call", "Caught up with {first}", "All well. New projects after the summer."),
    ("email", "New brochure to {first}", "Asked for the chapter on maintenance."),
    ("meeting", "Lunch with {first}", "Talked about next year's plans at {company}."),
    ("note", "{first} has new duties", "Now looks after purchasing as well."),
    ("call", "Checked delivery with {first}", "Everything arrived in good order."),
]
CONTACT_TO_DO = [
    ("call", "Call {first} about next year", "Their contract runs out in a few months."),
    ("email", "Wish {first} well in the new role", "And ask who follows."),
]
COMPANY = [
    ("note", "{company} opens a second site", "Read it in the local paper."),
    ("meeting", "Yearly review with {company}", "Content with us; wants one contact person for both sites."),
    ("email", "New price list to {company}", "Holds from the first of next month."),
    ("note", "Changed their billing address", "Updated in our books, too."),
    ("call", "Reception of {company} called back", "Put us through to purchasing."),
]
