"""Words for phrases that people tell each other: short, plain, and hard to mishear or mistype.

Our own list: no two of them differ by one letter, so that a slip is no other word. Four of them
give 4 × log2(1029) = 40 bits.
"""

WORDS = tuple(
    """
acid acorn actor adult after again agent agree album almond amber anchor animal ankle answer
apple apron arena armour artist ash aspen atlas attic aunt autumn avenue award axis baby back
badge bag bagel baker balcony ball ballad bamboo banana band banjo banner barber barn barrel
basin basket bath battery beach beam beard beaver bed beetle belt berry bicycle birch bird
biscuit bite blade blanket block blossom blouse blue boat body bone bonfire book border bottle
bottom boulder bowl box bracket branch brass bread breeze brick bridge bright broom brother
brown brush bucket buckle budget buffalo bugle builder bundle bunny bus butter button buyer
cabbage cabin cable cactus cage calf camel camera camp canal candle candy canoe canvas captain
caravan card cargo carpet carrot castle cat ceiling celery cellar cello cement cent centre
cereal chain chalk chance chapel chapter charm cheek cheese cherry chess chicken chief child
chimney circle circus city clay clean clerk clever cliff climb clinic cloak cloth cloud club
coach coast cobra cocoa coconut code coffee coin cold colour comb comet comic compass cool
copper copy coral cork corner cotton cough country cousin cover cow crab cradle crane crayon
cream credit crew cricket crisp crocus crop cross crowd cruise crumb crystal cube cuckoo cup
cupboard curl curtain curve cushion custom cycle daddy daily dam dance dark date daughter dawn
deck deer degree delta dentist depth desert design detail dew diamond diary dice diet dinner
dish ditch doctor dog doll dolphin donkey door double dove dozen dragon drain drama drawer dress
drill drink driver drum dune dusk duty eagle early earth easel easy echo editor egg elbow elder
elephant eleven elk empty end engine entry envelope equal estate evening event exam exit eye
fabric face factory fair falcon family fan farm fashion feast feather fence fern festival fiddle
field fig figure film final finger fire flag flame flask fleet flight float floor flower flute
folder folk food forest forty fossil fountain four freezer friend frog front fruit fudge full
funnel future galaxy gallery game garage garden garlic gather gazelle gem general gentle geyser
giant gift giraffe girl glacier glad glass globe goal golf goose grand grape gravel gravy great
green grey grid grocer ground group grove guard guest guide guitar hail hammer hammock hamster
happy harbour hare harvest hawk hay hazel head heart heavy hedge helmet help hen herb heron
herring hill hinge hippo history hive hobby hockey holiday hollow home honey hoof horizon horse
hospital host hotel humble hundred hunter husky hut icicle icon idea igloo inch index indigo
infant inlet insect inside invite iris island item ivory ivy jacket jaguar january jar jasmine
jazz jeans jelly jersey jet jewel job joint journal journey jug juice july jumper jungle junior
kangaroo karate kayak keen kennel kettle key keyboard kidney kind kingdom kiosk kitchen kitten
kiwi knee knight knock knot koala label ladder lady lagoon lake lamb language lantern lap large
laser laugh laundry lava lawyer leader leaf league lecture left leg legend lemon length lens
leopard lesson letter lettuce level library lilac lily lime linen lion liquid list little lizard
llama lobster local locker long loop lorry lotus lounge lucky lunch lynx machine magic magnet
major mango mantle maple marble march margin marina market maroon mask matter maze meadow
measure medal melody melon member memory menu merit meter method midnight milk mimosa mineral
mint minute mirror mixer model modern moment monday month moon morning moss mother motor mouse
movie mud muffin mule muscle museum music mustard mystery napkin narrow nation nature navy near
nectar needle nephew nerve nest news niece nine noble noise noodle north notch note novel number
nurse nylon oak oasis ocean octopus offer office olive omelet onion open opera orange orbit
orchard orchid organ origin ostrich otter outfit outside oval owner oxygen oyster paddle paint
palace palm panda panel pantry paper parade parcel parsley party pass pasta patrol pattern pause
paw peacock peak peanut pearl pebble pelican pencil penguin penny people pepper perfume petal
phone photo piano picnic picture pigeon pillow pilot pink pioneer pipe pirate pizza plain planet
plate player plaza plenty plough plum plumber pocket poem polish pond popcorn poplar poppy porch
pot potato pottery powder present prince prism prize problem profit proof proud public pudding
pulley pulse puma pumpkin pupil puppet purple puzzle pyramid quail quarter quartz queen question
quick quiet quiz rabbit radar radio radish raft raisin raven razor record reed referee region
reindeer relay rescue result reward rhino rhythm ribbon rich rider ring ripple road robin robot
rock rope royal rubber ruby rudder ruler runner rural safe saffron sailor salad salmon salt
salute sandal sapphire satin saturday saucer sauna sausage scale scarf scene school science
scissors scooter score scout screen script seal search season second secret senior seven shade
shadow shallow shark shawl shed sheep shelf shelter shepherd shield shine ship shirt shoe
shoulder shovel shower shrimp shrub shuttle shy side signal silence silver simple single sister
six skate sketch skill skin sleeve slice slipper slope slow small smart smile smoke smooth snack
snail snake soap soccer soda soft soil solid south space sparrow speaker spider spinach spiral
spirit sponge spoon sport spring spruce square squash squid squirrel stable stadium staff stage
stair stamp station statue steel step stick stone stool stork straw stream street strong student
studio sugar suit summer summit sun sunday sunset supper surf surprise swan sweater sweet swift
swing switch symbol syrup system tablet talent tape target taxi tea teacher teapot temple tennis
term thank theatre theme thick thimble thin thirty thistle thorn thread three throne thumb
thunder ticket tidy tie tiger timber title tomato tooth top topaz tower town tractor trade trail
tray treasure trench triangle trophy tropic trout truck trumpet trust truth tulip tuna tundra
turbine turkey turnip turtle tweed twelve twenty twig two uncle under unicorn uniform unit urban
useful usual vacuum valley value vanilla vapour vase vault veil velvet verse vessel village
violet violin visit voice volcano volume voyage waffle wagon waist waiter walk wallet walnut
walrus waltz washer wasp watch wave wax wealth wedding week weight whale wheat wheel whisker
white window winter wise wonder world worm wreath wren yacht yellow yoga yoghurt young zebra
zero zigzag zinc zoo
""".split()  # noqa: SIM905 - a list of 1029 literals is harder to read
)
