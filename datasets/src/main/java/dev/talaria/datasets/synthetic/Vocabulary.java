package dev.talaria.datasets.synthetic;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// Names, things and numbers to fill documents with, of the words for training or of those that are
/// held out.
final class Vocabulary {

    static final Words GIVEN_NAMES =
            Words.of(
                    "Ada, Amir, Ana, Boris, Carla, Chen, Daria, Diego, Elif, Emil, Farah, Felix,"
                            + " Greta, Hana, Hugo, Ines, Ivo, Jana, Jonas, Kaya, Kofi, Lena, Leo,"
                            + " Lucia, Malik, Mara, Milan, Nadia, Nils, Noor, Olga, Omar, Paula,"
                            + " Pavel, Quentin, Rosa, Ruben, Sana, Selma, Tariq, Teresa, Uma,"
                            + " Viktor, Wanda, Yara, Yusuf, Zora, Abel, Bianca, Cyrus");
    static final Words FAMILY_NAMES =
            Words.of(
                    "Abel, Bauer, Castro, Dvorak, Eriksen, Fontana, Gruber, Haddad, Ibsen, Jansen,"
                            + " Keller, Lindqvist, Moreau, Novak, Okafor, Petrov, Quiroga, Rossi,"
                            + " Santos, Tanaka, Ulrich, Vargas, Weber, Xu, Yilmaz, Zimmer, Almeida,"
                            + " Brandt, Conti, Dimitrov, Engel, Ferrari, Garcia, Horvat, Ito,"
                            + " Jovanovic, Kowalski, Lopez, Meyer, Nguyen, Olsen, Park, Ramos,"
                            + " Schmidt, Torres, Usman, Virtanen, Wagner, Yamada, Zeman");
    static final Words BRANDS =
            Words.of(
                    "Alder, Beacon, Cobalt, Delta, Ember, Falcon, Granite, Harbor, Indigo, Juniper,"
                            + " Kestrel, Lumen, Meridian, Northwind, Orchard, Pioneer, Quartz,"
                            + " Ridge, Summit, Tidal, Umbra, Vertex, Willow, Xenon, Yarrow, Zephyr,"
                            + " Aurora, Bramble, Cascade, Drift, Evergreen, Fable, Glacier, Hazel,"
                            + " Iris, Jasper, Keystone, Lark, Mosaic, Nimbus");
    static final Words TRADES =
            Words.of(
                    "Logistics, Foods, Textiles, Tools, Paper, Optics, Marine, Energy, Furniture,"
                            + " Chemicals, Ceramics, Books, Sports, Electric, Glass, Metals, Toys,"
                            + " Travel, Print, Gardens");
    static final Words CITIES =
            Words.of(
                    "Lisbon, Graz, Porto, Bergen, Lyon, Gdansk, Turin, Ghent, Malmo, Seville,"
                        + " Basel, Cork, Tartu, Leeds, Brno, Zagreb, Bilbao, Aarhus, Utrecht,"
                        + " Varna, Kazan, Izmir, Haifa, Osaka, Busan, Quito, Cusco, Accra, Nairobi,"
                        + " Perth, Dublin, Geneva, Trieste, Split, Riga, Vilnius, Oulu, Cadiz,"
                        + " Nantes, Linz");
    static final Words STREETS =
            Words.of(
                    "Mill Lane, Harbour Road, Station Street, Elm Avenue, Castle Hill, Bridge"
                        + " Street, Chapel Row, Market Square, Orchard Way, Victoria Road, Quay"
                        + " Street, Abbey Close, Foundry Lane, Meadow Drive, North Parade, Garden"
                        + " Terrace, Tower Street, King's Walk, Poplar Grove, Weaver's Yard");
    static final Words PRODUCTS =
            Words.of(
                    "desk lamp, steel shelf, office chair, paper roll, ink cartridge, drill bit"
                        + " set, garden hose, tea kettle, wool blanket, oak table, water filter,"
                        + " bicycle pump, camera strap, ceramic bowl, copper pipe, cotton shirt,"
                        + " door handle, extension cord, felt hat, glass jar, hand mixer, ladder,"
                        + " leather belt, mountain tent, network cable, notebook, paint brush,"
                        + " picture frame, plant pot, rain jacket, rubber boots, safety goggles,"
                        + " sewing kit, sleeping bag, solar panel, spice rack, tool box, travel"
                        + " mug, umbrella, wall clock");
    static final Words JOBS =
            Words.of(
                    "Nurse, Accountant, Welder, Data Analyst, Baker, Electrician, Architect,"
                            + " Editor, Pharmacist, Carpenter, Chemist, Driver, Florist, Geologist,"
                            + " Interpreter, Librarian, Machinist, Optician, Plumber, Translator,"
                            + " Surveyor, Teacher, Veterinarian, Buyer, Planner");
    static final Words SKILLS =
            Words.of(
                    "SQL, CAD, first aid, bookkeeping, negotiation, Python, welding, teaching,"
                            + " budgeting, proofreading, statistics, forklift licence, Spanish,"
                            + " German, French, project planning, Excel, photography, public"
                            + " speaking, carpentry, Java, network security, gardening, baking,"
                            + " quality control");
    static final Words SUBJECTS =
            Words.of(
                    "the printer does not start, a parcel arrived damaged, the invoice was charged"
                        + " twice, the password cannot be reset, the screen stays black, an item is"
                        + " missing, the app closes by itself, the heating makes noise, the order"
                        + " was sent to an old address, the subscription cannot be cancelled, the"
                        + " door does not lock, the report shows wrong figures, the delivery is"
                        + " late, the battery drains within an hour, the discount was not applied");
    static final Words CURRENCIES = Words.of("EUR, USD, GBP, CHF, PLN, SEK, NOK, CZK, JPY, CAD");

    private static final List<DateTimeFormatter> DATES =
            List.of(
                    DateTimeFormatter.ISO_LOCAL_DATE,
                    DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH),
                    DateTimeFormatter.ofPattern("MMMM d, uuuu", Locale.ENGLISH),
                    DateTimeFormatter.ofPattern("dd MMM uuuu", Locale.ENGLISH));
    private static final LocalDate FIRST_DAY = LocalDate.of(2019, 1, 1);
    private static final int DAYS = 2_900;

    private final RandomGenerator random;
    private final boolean isHeldOut;

    Vocabulary(RandomGenerator random, boolean isHeldOut) {
        this.random = random;
        this.isHeldOut = isHeldOut;
    }

    RandomGenerator random() {
        return random;
    }

    String pick(Words words) {
        return words.pick(random, isHeldOut);
    }

    String oneOf(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    String person() {
        return pick(GIVEN_NAMES) + " " + pick(FAMILY_NAMES);
    }

    String company() {
        return pick(BRANDS) + " " + pick(TRADES);
    }

    String email() {
        return (pick(GIVEN_NAMES) + "." + pick(FAMILY_NAMES)).toLowerCase(Locale.ROOT)
                + "@"
                + pick(BRANDS).toLowerCase(Locale.ROOT)
                + ".example";
    }

    String address() {
        return random.nextInt(1, 240) + " " + pick(STREETS);
    }

    String phone() {
        return "+%d %03d %04d"
                .formatted(random.nextInt(20, 99), random.nextInt(1_000), random.nextInt(10_000));
    }

    String code(String prefix) {
        return "%s-%05d".formatted(prefix, random.nextInt(100_000));
    }

    LocalDate date() {
        return FIRST_DAY.plusDays(random.nextInt(DAYS));
    }

    String spelled(LocalDate date) {
        return DATES.get(random.nextInt(DATES.size())).format(date);
    }

    /// An amount with two decimals.
    BigDecimal amount(int below) {
        return BigDecimal.valueOf(random.nextInt(100, below * 100), 2);
    }

    /// As documents write amounts: with or without a comma between thousands.
    String spelled(BigDecimal amount) {
        return random.nextBoolean()
                ? amount.toPlainString()
                : String.format(Locale.ROOT, "%,.2f", amount);
    }
}
