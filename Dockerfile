# The service as an image: docker build -t ringback .

FROM eclipse-temurin:25-jdk AS build
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY .spotless .spotless
# a layer of its own, so that a change of the sources downloads nothing again
RUN ./mvnw -B -q dependency:resolve -DincludeScope=runtime
COPY src/main src/main
RUN ./mvnw -B -q package -Dmaven.test.skip=true -Dspotless.check.skip=true \
    && java -Djarmode=tools -jar target/ringback-*.jar extract --layers --application-filename ringback.jar --destination layers
# All of Java SE, since frameworks reach for much of it by name, and of the rest what the service or its operator needs.
RUN jlink --add-modules java.se,jdk.charsets,jdk.crypto.cryptoki,jdk.jcmd,jdk.jfr,jdk.localedata,jdk.management.agent,jdk.management.jfr,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs \
    --include-locales en --compress zip-6 --no-man-pages --no-header-files --output /opt/java-runtime

FROM debian:trixie-slim AS service
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin ringback
COPY --from=build /opt/java-runtime /opt/java
ENV JAVA_HOME=/opt/java PATH=/opt/java/bin:$PATH
WORKDIR /app
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/spring-boot-loader/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./

# Makes the AOT cache, which holds for exactly the jars and the Java runtime of the stage above.
FROM service AS training
RUN apt-get update && apt-get install -y --no-install-recommends postgresql
COPY --from=build /opt/java/openjdk /opt/jdk
COPY bench /training/bench
COPY deploy/image /training
RUN mkdir /cache && chown ringback /cache
USER ringback
RUN JDK_HOME=/opt/jdk /training/train /cache/ringback.aot

FROM service
COPY --from=training /cache/ringback.aot ./
COPY deploy/image/healthy /usr/local/bin/
USER 10001
EXPOSE 8080
# Shares of the container's memory, for 512 MiB and up. With less than two processors or 1,792 MB the JVM takes the serial
# collector by itself. Whoever sets this variable replaces all of it.
ENV JDK_JAVA_OPTIONS="-XX:InitialRAMPercentage=6.25 -XX:MaxRAMPercentage=37.5 -XX:+ExitOnOutOfMemoryError"
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["healthy"]
# Whether object headers are compact is part of the cache.
ENTRYPOINT ["java", "-XX:+UseCompactObjectHeaders", "-XX:AOTCache=/app/ringback.aot", "-jar", "/app/ringback.jar"]
