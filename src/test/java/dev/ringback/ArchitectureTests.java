package dev.ringback;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.ringback.notify.Notifier;
import dev.ringback.room.RoomProvider;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.modulith.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;

/// The rules of the house that a library can hold.
class ArchitectureTests {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.ringback");

    @Test
    void modulesUseOnlyWhatTheyMayUse() {
        ApplicationModules.of(RingbackApplication.class).verify();
    }

    /// A package without the annotation would escape the rule above in silence.
    @Test
    void everyPackageIsAModule() {
        var unmarked = CLASSES.getPackage("dev.ringback")
                .getSubpackagesInTree()
                .stream()
                .filter(p -> !p.isAnnotatedWith(ApplicationModule.class))
                .map(JavaPackage::getName)
                .toList();
        assertThat(unmarked).isEmpty();
    }

    /// Types in the root package are not policed by the module rules.
    @Test
    void theRootPackageHoldsTheMainClassOnly() {
        assertThat(CLASSES.getPackage("dev.ringback").getClasses())
                .filteredOn(c -> !c.getSimpleName().equals("package-info"))
                .extracting("simpleName")
                .containsExactly("RingbackApplication");
    }

    @Test
    void dependenciesComeThroughConstructors() {
        noFields().should().beAnnotatedWith(Autowired.class).check(CLASSES);
    }

    @Test
    void timeComesFromTheInjectedClock() {
        noClasses().should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(CLASSES);
    }

    @Test
    void nobodyPrintsToTheConsole() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
    }

    /// Jackson 2 comes along with other libraries; a wrong import would compile.
    @Test
    void jsonIsJackson3() {
        noClasses().should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson.core..", "com.fasterxml.jackson.databind..")
                .check(CLASSES);
    }

    /// Which provider answers is decided by settings; nobody can ask for a certain one.
    @Test
    void roomProvidersAreFoundByInjectionOnly() {
        classes().that().implement(RoomProvider.class).should().notBePublic().check(CLASSES);
    }

    /// Channels are found as [dev.ringback.notify.Channel] only.
    @Test
    void notifiersAreFoundByInjectionOnly() {
        classes().that().implement(Notifier.class).should().notBePublic().check(CLASSES);
    }

    @Test
    void appleIsKnownToItsChannelOnly() {
        noClasses().that()
                .resideOutsideOfPackages("dev.ringback.notify.apns..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.eatthepath.pushy..")
                .check(CLASSES);
    }

    @Test
    void socketIoIsKnownToItsGatewayOnly() {
        noClasses().that()
                .resideOutsideOfPackages("dev.ringback.gateway.socketio..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.corundumstudio..")
                .check(CLASSES);
    }

    @Test
    void nettyIsKnownToThoseWhoseLibrariesAreMadeOfIt() {
        noClasses().that()
                .resideOutsideOfPackages("dev.ringback.notify.apns..", "dev.ringback.gateway.socketio..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..")
                .check(CLASSES);
    }

    @Test
    void mqttIsKnownToItsGatewayOnly() {
        noClasses().that()
                .resideOutsideOfPackages("dev.ringback.gateway.mqtt..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.hivemq..")
                .check(CLASSES);
    }

    @Test
    void httpClientsLiveWithTheirProviders() {
        noClasses().that()
                .resideOutsideOfPackages("dev.ringback.room..", "dev.ringback.permit..", "dev.ringback.notify.fcm..",
                        "dev.ringback.notify.webpush..", "dev.ringback.notify.pusher..", "dev.ringback.announce..",
                        "dev.ringback.net..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("okhttp3..").and(not(resideInAPackage("okhttp3.tls.."))))
                .check(CLASSES);
    }

    @Test
    void firebaseIsKnownToItsChannelOnly() {
        noClasses().that()
                .resideOutsideOfPackage("dev.ringback.notify.fcm..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.firebase..")
                .check(CLASSES);
    }

    @Test
    void firestoreIsKnownToItsMirrorOnly() {
        noClasses().that()
                .resideOutsideOfPackage("dev.ringback.gateway.firestore..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.cloud..", "com.google.firestore..", "com.google.protobuf..",
                        "io.grpc..")
                .check(CLASSES);
    }

    @Test
    void googleIsKnownToItsTwoServicesOnly() {
        noClasses().that()
                .resideOutsideOfPackages("dev.ringback.notify.fcm..", "dev.ringback.gateway.firestore..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.auth..", "com.google.api..")
                .check(CLASSES);
    }

    @Test
    void pusherIsKnownToItsBrokerOnly() {
        noClasses().that()
                .resideOutsideOfPackage("dev.ringback.notify.pusher..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.pusher..")
                .check(CLASSES);
    }

    @Test
    void ablyIsKnownToItsBrokerOnly() {
        noClasses().that()
                .resideOutsideOfPackage("dev.ringback.notify.ably..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.ably..", "com.google.gson..")
                .check(CLASSES);
    }

    @Test
    void theCurveOfWebPushIsItsOwnBusiness() {
        noClasses().that()
                .resideOutsideOfPackage("dev.ringback.notify.webpush..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bouncycastle..")
                .check(CLASSES);
    }
}
