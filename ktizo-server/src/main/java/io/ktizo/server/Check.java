package io.ktizo.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.server.config.ConfigurationCheck;
import io.ktizo.server.config.ConfigurationException;
import io.ktizo.server.config.Fault;
import io.ktizo.server.config.Finding;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells what is weak or missing in a configuration. */
@Command(
    name = "check",
    description = {
      "Tells what is weak or missing in a configuration, how bad it is, and how to mend it. In"
          + " production mode the server does not start on errors.",
      "",
      "--set mode=production asks the demo's settings what they would lack."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Ktizo.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:There is no error; there may be warnings.",
      "1:There are errors.",
      "2:It was called wrongly."
    })
@SuppressWarnings("NullAway.Init") // the library fills in the fields before call()
final class Check implements Callable<Integer> {
  private final Map<String, String> environment;
  private final InstantSource clock;

  @Mixin private Settings settings;

  @Option(names = "--json", description = "One line of JSON for each finding.")
  private boolean json;

  @Spec private CommandSpec spec;

  Check(Map<String, String> environment, InstantSource clock) {
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    List<Finding> findings = findings();
    PrintWriter out = spec.commandLine().getOut();
    for (Finding finding : findings) {
      out.println(json ? line(finding) : ConfigurationCheck.text(finding));
    }
    out.flush();
    return findings.stream().anyMatch(one -> one.severity() == Finding.Severity.ERROR)
        ? Ktizo.FAILED
        : Ktizo.DONE;
  }

  private List<Finding> findings() {
    try {
      return ConfigurationCheck.findings(settings.read(environment), process(), clock.instant());
    } catch (ConfigurationException e) {
      List<Finding> findings = new ArrayList<>();
      for (Fault fault : e.faults()) {
        findings.add(
            new Finding(
                Finding.Severity.ERROR,
                "configuration.unreadable",
                "",
                fault.place() + ": " + fault.message(),
                ""));
      }
      return findings;
    }
  }

  /** This process. */
  static ConfigurationCheck.RunningAs process() {
    return new ConfigurationCheck.RunningAs(
        System.getProperty("user.name", ""),
        ManagementFactory.getRuntimeMXBean().getInputArguments());
  }

  private static String line(Finding finding) throws JsonProcessingException {
    JsonMapper mapper = JsonMapper.builder().build();
    ObjectNode line = mapper.createObjectNode();
    line.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
    line.put("code", finding.code());
    line.put("setting", finding.setting());
    line.put("what", finding.what());
    line.put("mend", finding.mend());
    return mapper.writeValueAsString(line);
  }
}
