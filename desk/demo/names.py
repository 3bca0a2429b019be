"""Words that people, companies, deals and places of the demo are put together from. All combinations are invented."""

# ruff: noqa: SIM905 - a page of words is easier to read than a list of quoted ones

import re
from collections import Counter
from random import Random

FIRST = """
Abena Ada Aiko Alma Amara Anders Anouk Arlo Astrid Beatriz Benno Bram Carmen Cedric Chiara Clara Dagny Daria Declan
Dora Edda Elena Elif Elin Emeka Enzo Esra Farid Fatou Felix Fiona Flora Gael Greta Hana Hanno Idris Ilse Imani Ines Iris
Ivo Jana Jarek Joana Jonas Jules Kaito Karim Kasia Kofi Lars Leila Lena Levi Linnea Livia Luca Magda Malik Mara Marta
Matteo Meera Mila Milan Nadia Naomi Nils Noor Nora Odette Olga Omar Oskar Otto Paloma Petra Priya Rafael Ravi Renata
Rosa Ruben Runa Sami Sanne Selma Silas Sofia Stellan Svea Tamar Tariq Tessa Theo Tilda Tomas Uma Vera Viktor Wanda
Yara Yusuf Zofia
""".split()
LAST = """
Abara Adeyo Albrow Almström Amsel Ashgrove Barlind Bastow Bellweather Birkhall Blomqvist Brackett Brandeis Brightwell
Bruun Calloway Castellan Cavendale Corvin Costigan Dahlmann Darrow Delacort Denholm Devane Dunmore Ekström Ellwood
Emberly Fairlea Falkner Farrow Fenwick Ferreira Finch Forsythe Gallin Garrick Glenholm Goodacre Grantley Haldane
Hallberg Harrow Hartwin Hollis Holmgren Ibarra Ingleby Jansen Jarvik Kessler Kettering Kimura Kirwan Kowal Lachance
Lambert Langley Larkin Lindqvist Lockridge Lorne Lundgren Mabry Marchetti Marlowe Mendes Merrow Mistry Moreau Nakata
Narayan Norwood Novak Oakes Odum Okafor Orlov Osei Palmqvist Pemberly Penrose Quill Radford Ramsell Ravenel Rensing
Rosenthal Rowntree Sandoval Selwyn Sharrow Silvestri Skaarup Solberg Stanmore Stavros Strand Talbot Tanaka Thorne
Tilney Torvald Ueland Valdis Varga Vesterby Wadlow Wainscott Wexley Whitlock Winslade Wrenfield Yardley Zeller
""".split()
TOWNS = """
Alderwick Ambleford Ashcombe Barrowby Beckhaven Birchholm Bramblegate Brindleham Brookmere Cairnbridge Calderstow
Cliffmoor Coldwater Copperhill Cranleigh-on-Sea Dapplewood Deepdene Dunhaven Eastmarsh Elmsworth Fallowfield-West
Fernbrook Foxholt Glenmarrow Goldenfell Greyport Harrowmere Hawksmoor-End Hazelbury Heronsgate Highbarrow Hollowbrook
Ironbeck Juniper-Hill Kestrelton Kingsmarrow Lanternquay Larkhaven Limeford Longmeadow-Cross Marlbrook Millbeck
Mossgate Netherby Northquay Oakhollow Otterbourne-Vale Pebblecombe Pinecrest-Hollow Quarrybank Ravensholt Redfern
Riverstow Rookwood-Green Saltmarsh Silverbeck Southfell Stonewick Tallowby Thistledown Umberleigh-Cross Violet-Bay
Westerby Whitmoor Willowford Wrenbury Yarrowdale
""".split()
WORDS = """
Amber Anchor Arrow Aspen Beacon Bluebird Bramble Bright Cedar Clover Cobalt Compass Copper Coral Crane Delta Ember
Falcon Fern Flint Garnet Golden Granite Harbour Hazel Heron Indigo Ivory Jasper Juniper Kestrel Lantern Larch Linden
Lotus Maple Marble Meridian Nimbus Northern Oak Onyx Opal Orchard Osprey Otter Pebble Pine Quartz Raven Ridge River
Robin Rowan Saffron Sable Silver Slate Sparrow Sterling Summit Swift Tern Thistle Tidal Topaz Umber Verdant Violet
Willow Winter Wren Yarrow Zephyr
""".split()
TRADES = {  # trade, as it stands in a company's name: industry
    "Foods": "Food and drink",
    "Bakeries": "Food and drink",
    "Brewing": "Food and drink",
    "Fisheries": "Food and drink",
    "Logistics": "Transport",
    "Freight": "Transport",
    "Couriers": "Transport",
    "Shipping": "Transport",
    "Joinery": "Construction",
    "Roofing": "Construction",
    "Builders": "Construction",
    "Surveyors": "Construction",
    "Tools": "Manufacturing",
    "Castings": "Manufacturing",
    "Textiles": "Manufacturing",
    "Plastics": "Manufacturing",
    "Instruments": "Manufacturing",
    "Software": "Technology",
    "Data": "Technology",
    "Robotics": "Technology",
    "Networks": "Technology",
    "Clinics": "Health",
    "Dental": "Health",
    "Pharmacy": "Health",
    "Energy": "Energy",
    "Solar": "Energy",
    "Books": "Retail",
    "Outfitters": "Retail",
    "Gardens": "Retail",
    "Bicycles": "Retail",
    "Legal": "Professional services",
    "Accounting": "Professional services",
    "Design": "Professional services",
    "Media": "Professional services",
    "Hotels": "Hospitality",
    "Travel": "Hospitality",
    "Academy": "Education",
    "Insurance": "Finance",
    "Leasing": "Finance",
}
TRADE_NAMES = list(TRADES)
STREETS = [
    f"{tree} {kind}"
    for tree in ("Mill", "Chapel", "Orchard", "Canal", "Market", "Station", "Quarry", "Ferry")
    for kind in ("Road", "Street", "Lane", "Square")
]
AREAS = (201, 206, 212, 303, 312, 404, 415, 503, 512, 602, 617, 702, 713, 801, 919)


def person(rng: Random) -> tuple[str, str]:
    """First and last name."""
    return rng.choice(FIRST), rng.choice(LAST)


def company(rng: Random) -> tuple[str, str]:
    """Name and trade."""
    trade = rng.choice(TRADE_NAMES)
    kind = rng.random()
    if kind < 0.35:
        return f"{' '.join(rng.sample(WORDS, 2))} {trade}", trade
    if kind < 0.65:
        return f"{' & '.join(rng.sample(LAST, 2))} {trade}", trade
    if kind < 0.85:
        return f"{rng.choice(WORDS)} {trade} of {rng.choice(TOWNS)}", trade
    return f"{rng.choice(TOWNS)} {rng.choice(WORDS)} {trade}", trade


def address(rng: Random) -> str:
    return f"{rng.randint(1, 180)} {rng.choice(STREETS)}, {rng.choice(TOWNS)}"


def phone(rng: Random) -> str:
    """A number of the ranges that are kept for fiction: 555-01xx in North America, 01632 960 in Britain."""
    if rng.random() < 0.8:
        return f"+1 {rng.choice(AREAS)} 555 01{rng.randrange(100):02}"
    return f"+44 1632 960{rng.randrange(1000):03}"


def slug(text: str) -> str:
    """As it stands in an address: ASCII letters, digits and hyphens."""
    plain = text.lower().replace("&", "and").translate(str.maketrans("åäéèöøü", "aaeeoou"))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


class Unique:
    """Hands out each name once: the second ``oak-data`` is ``oak-data-2``."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    def __call__(self, name: str, joint: str = "-") -> str:
        self.taken[name] += 1
        return name if self.taken[name] == 1 else self(f"{name}{joint}{self.taken[name]}", joint)
