import java.io.File;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Validates files against PDF/A-3a and PDF/UA-1 with veraPDF; one line a file and profile: name, profile, verdict, breaches. */
public class Validate {
    private static final PDFAFlavour[] PROFILES = {PDFAFlavour.PDFA_3_A, PDFAFlavour.PDFUA_1};

    public static void main(String[] names) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String name : names) {
            for (PDFAFlavour profile : PROFILES) {
                System.out.println(name + "\t" + profile.getId() + "\t" + validate(new File(name), profile));
            }
        }
    }

    private static String validate(File file, PDFAFlavour profile) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, profile);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
            ValidationResult result = validator.validate(parser);
            StringBuilder breaches = new StringBuilder();
            for (TestAssertion each : result.getTestAssertions()) {
                breaches.append(" ").append(each.getRuleId().getClause()).append(": ").append(each.getMessage().replaceAll("\\s+", " "));
            }
            return (result.isCompliant() ? "holds" : "broken") + "\t" + breaches.toString().trim();
        }
    }
}
