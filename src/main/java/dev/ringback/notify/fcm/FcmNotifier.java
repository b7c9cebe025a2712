package dev.ringback.notify.fcm;

import com.google.firebase.FirebaseApp;
import com.google.firebase.FirebaseOptions;
import com.google.firebase.messaging.FirebaseMessaging;
import com.google.firebase.messaging.FirebaseMessagingException;
import com.google.firebase.messaging.Message;
import dev.ringback.device.Platform;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Notifier;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Push;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Sends pushes to one Firebase project.
final class FcmNotifier implements Notifier, AutoCloseable {
    static final Set<Platform> PLATFORMS = Set.of(Platform.ANDROID, Platform.FCM_IOS, Platform.FCM_WEB);

    private static final Set<NoticeType> CARRIED = EnumSet.of(
            NoticeType.INCOMING_CALL,
            NoticeType.CALL_CANCELLED,
            NoticeType.CALL_ANSWERED_ELSEWHERE,
            NoticeType.CALL_MISSED,
            NoticeType.CALL_ENDED);

    private final AccessTokens tokens;
    private final FcmTransport transport;
    private final FcmCheck check;
    private final FirebaseApp app;
    private final FirebaseMessaging messaging;

    FcmNotifier(String credentials, FcmTransport transport) {
        var account = ServiceAccount.read(credentials, transport);
        this.transport = transport;
        this.tokens = new AccessTokens(account.credentials());
        this.check = new FcmCheck(account.projectId());
        var options = FirebaseOptions.builder()
                .setCredentials(tokens)
                .setProjectId(account.projectId())
                .setHttpTransport(transport)
                .build();
        this.app = FirebaseApp.initializeApp(options, "ringback-" + UUID.randomUUID());
        this.messaging = FirebaseMessaging.getInstance(app);
    }

    @Override
    public boolean carries(NoticeType type, Platform platform) {
        return PLATFORMS.contains(platform) && CARRIED.contains(type);
    }

    @Override
    public Outcome send(Push push) throws InterruptedException {
        try {
            var name = send(FcmMessages.of(push), false);
            return name == null ? FcmErrors.UNREADABLE : new Outcome.Delivered(name);
        } catch (FirebaseMessagingException e) {
            return FcmErrors.outcome(e);
        }
    }

    @Override
    public Check check() throws InterruptedException {
        try {
            send(FcmMessages.empty(FcmCheck.NOBODY), true);
            return check.good();
        } catch (FirebaseMessagingException e) {
            return check.result(e);
        }
    }

    private @Nullable String send(Message message, boolean dryRun)
            throws FirebaseMessagingException, InterruptedException {
        try {
            return messaging.send(message, dryRun);
        } catch (FirebaseMessagingException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            renewRefusedToken(e);
            throw e;
        }
    }

    private void renewRefusedToken(FirebaseMessagingException failure) {
        var answer = ErrorAnswer.in(failure);
        if (answer != null && answer.status() == 401 && answer.code().equals("UNAUTHENTICATED")) {
            tokens.renew();
        }
    }

    @Override
    public void close() {
        app.delete();
        transport.shutdown();
    }
}
